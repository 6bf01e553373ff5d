package prove

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
)

// Possible returns an error if this system cannot run proofs.
func Possible() error { return nil }

// entered is set in the environment of the process inside the user namespace.
const entered = "PORTSPEC_PROVE_INSIDE"

// Enter runs the command again in a user namespace in which it is root, and returns its
// exit status. If the process is already root, done is false, and the process continues
// itself.
func Enter(ctx context.Context, stdout, stderr io.Writer) (done bool, status int, err error) {
	if os.Geteuid() == 0 || os.Getenv(entered) != "" {
		return false, 0, nil
	}
	exe, err := os.Executable()
	if err != nil {
		return false, 0, err
	}
	cmd := exec.CommandContext(ctx, exe, os.Args[1:]...)
	cmd.Env = append(os.Environ(), entered+"=1")
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		Pdeathsig:   syscall.SIGKILL,
	}
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		return true, exit.ExitCode(), nil
	case err != nil:
		return false, 0, fmt.Errorf("prove needs root or unprivileged user namespaces: %w", err)
	}
	return true, 0, nil
}
