package lintgo

import (
	"go/ast"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// common reports whether a number does not point to a product by itself: because many
// programs listen on it, because Kubernetes assigns it to its services, or because a test
// made up the address.
func (j *judge) common(u *use) bool {
	return everyday[u.number] || u.number >= firstNodePort && u.number <= lastNodePort && j.kubernetes() ||
		u.text != nil && strings.HasSuffix(nameOf(j.pass.Fset, j.file), "_test.go") && isMadeUp(u.text.host)
}

// kubernetes reports whether the file is about Kubernetes.
func (j *judge) kubernetes() bool {
	return slices.ContainsFunc(j.file.Imports, func(s *ast.ImportSpec) bool {
		path, _ := strconv.Unquote(s.Path.Value)
		return strings.HasPrefix(path, "k8s.io/") || strings.HasPrefix(path, "sigs.k8s.io/")
	})
}

// madeUp are the networks of this computer and those for documentation.
var madeUp = []netip.Prefix{
	netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("2001:db8::/32"),
}

// isMadeUp reports whether a host is this computer or one for documentation.
func isMadeUp(host string) bool {
	host = strings.Trim(host, "[]")
	if a, err := netip.ParseAddr(host); err == nil {
		return slices.ContainsFunc(madeUp, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	labels := strings.Split(strings.TrimSuffix(strings.ToLower(host), "."), ".")
	top := labels[len(labels)-1]
	return top == "localhost" || top == "test" || top == "example" || top == "invalid" ||
		len(labels) > 1 && labels[len(labels)-2] == "example" && (top == "com" || top == "net" || top == "org")
}

// everyday are numbers on which so many programs listen that the number alone does not
// point to a product.
var everyday = func() map[int]bool {
	m := make(map[int]bool)
	for _, n := range []int{
		1080, 1433, 1434, 1521, 1527, 1883, 2049, 2181, 2375, 2376, 2379, 2380, // SOCKS, databases, MQTT, NFS, ZooKeeper, Docker, etcd
		3000, 3001, 3128, 3268, 3269, 3306, 3389, 4000, 4200, 4222, 4369, 4443, // web, proxies, global catalog, MySQL, RDP, NATS, Erlang
		5000, 5001, 5044, 5060, 5061, 5173, 5222, 5432, 5601, 5671, 5672, 5900, 5985, 5986, // web, SIP, XMPP, PostgreSQL, AMQP, VNC, WinRM
		6379, 6443, 6667, 7000, 7001, 7474, 7687, // Redis, Kubernetes, IRC, Cassandra, Neo4j
		8000, 8001, 8008, 8010, 8080, 8081, 8082, 8083, 8086, 8088, 8089, 8090, 8125, 8161, 8200, 8300, 8443, 8500, 8883, 8888, // web, StatsD, Vault, Consul
		9000, 9001, 9042, 9080, 9090, 9091, 9092, 9093, 9100, 9200, 9300, 9411, 9418, 9443, // web, Prometheus, Kafka, Elasticsearch, git
		10000, 10250, 11211, 15672, 25672, 27017, 27018, 50000, 50051, 61613, 61614, 61616, // memcached, RabbitMQ, MongoDB, gRPC, ActiveMQ
	} {
		m[n] = true
	}
	return m
}()

// maxPort is the highest port number, and firstUser the first that is not assigned to a
// well-known service.
const (
	maxPort   = 65535
	firstUser = 1024
	// The range from which Kubernetes chooses node ports by default.
	firstNodePort, lastNodePort = 30000, 32767
)
