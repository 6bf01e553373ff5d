// Package shop gives numbers the names of ports, with words around them.
package shop

const (
	ShoppingWebsiteHTTPSPort                     = 8446   // want `ShoppingWebsiteHTTPSPort is 8446 here, and shopping.WebsiteHTTPSPort of 1E Shopping 6.1 is 443`
	DefaultShoppingWebsiteHTTPSPortNumber        = 8446   // want `is 8446 here, and shopping.WebsiteHTTPSPort`
	SHOPPING_WEBSITE_HTTPS_PORT_DEFAULT          = 8446   // want `is 8446 here, and shopping.WebsiteHTTPSPort`
	IGELUMSServerWebPort                         = 8444   // want `is 8444 here, and igelums.UMSServerWebPort`
	umsServerWebPortStr                          = "8444" // want `is 8444 here, and igelums.UMSServerWebPort`
	kUMSServerWebPort                     uint16 = 8444   // want `is 8444 here, and igelums.UMSServerWebPort`
	igelUMSServerPort                            = 9999   // want `9999 is not a port of UMS Server`
	fakeUMSServerWebPort                         = 8444
	testShoppingWebsiteHTTPSPort                 = 8446
	oldShoppingWebsiteHTTPSPort                  = 8446
	ShoppingWebsitePortal                        = 8446
	shoppingClientPort                           = 9000
	ShoppingWebsiteHTTPSPort2                    = 443 // want `write shopping.WebsiteHTTPSPort, `
)
