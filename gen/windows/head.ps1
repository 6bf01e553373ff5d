#
# Sets the rules of one group of Windows Defender Firewall, as administrator:
#
#   powershell -ExecutionPolicy Bypass -File HOST.ps1 -WhatIf      show what would change
#   powershell -ExecutionPolicy Bypass -File HOST.ps1              set the rules
#   powershell -ExecutionPolicy Bypass -File HOST.ps1 -Enforce     and drop what no rule permits
#   powershell -ExecutionPolicy Bypass -File HOST.ps1 -PolicyStore 'example.com\Firewall'   into a GPO
#
# Rules of others are not changed: what they permit stays permitted.

[CmdletBinding(SupportsShouldProcess)]
param(
	# Where the rules are stored: the computer, or a group policy object as DOMAIN\NAME.
	[string] $PolicyStore = 'PersistentStore',
	# Drop and log what no rule permits.
	[switch] $Enforce,
	# Remove all rules of the group.
	[switch] $Remove
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$group = 'portspec'
