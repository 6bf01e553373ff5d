
if ($Remove) { $rules = @() }
$wanted = @{}
foreach ($rule in $rules) { $wanted[$rule.Name] = $rule }
$there = @{}
foreach ($rule in @(Get-NetFirewallRule -PolicyStore $PolicyStore -Group $group -ErrorAction SilentlyContinue)) {
	$there[$rule.Name] = $rule
}

# Missing rules are added first, so that no connection is cut in between.
foreach ($name in $wanted.Keys) {
	$rule = $wanted[$name]
	if ($there.ContainsKey($name)) {
		$same = $there[$name]
		if ($same.Enabled -eq 'True') { continue }
		if ($PSCmdlet.ShouldProcess($rule.DisplayName, 'Enable firewall rule')) {
			Set-NetFirewallRule -PolicyStore $PolicyStore -Name $name -Enabled True
		}
		continue
	}
	if ($PSCmdlet.ShouldProcess($rule.DisplayName, 'Add firewall rule')) {
		New-NetFirewallRule -PolicyStore $PolicyStore -Group $group -Action Allow -Enabled True -Profile Any @rule | Out-Null
	}
}
foreach ($name in $there.Keys) {
	if ($wanted.ContainsKey($name)) { continue }
	if ($PSCmdlet.ShouldProcess($there[$name].DisplayName, 'Remove firewall rule')) {
		Remove-NetFirewallRule -PolicyStore $PolicyStore -Name $name
	}
}
if ($Enforce -and -not $Remove) {
	$others = @(Get-NetFirewallProfile -PolicyStore $PolicyStore | Where-Object {
		"$($_.Enabled)" -ne 'True' -or "$($_.DefaultInboundAction)" -ne 'Block' -or "$($_.DefaultOutboundAction)" -ne $outbound -or "$($_.LogBlocked)" -ne 'True'
	})
	if ($others -and $PSCmdlet.ShouldProcess('all profiles', "Drop inbound traffic, $($outbound.ToLower()) outbound traffic")) {
		Set-NetFirewallProfile -PolicyStore $PolicyStore -All -Enabled True -DefaultInboundAction Block -DefaultOutboundAction $outbound -LogBlocked True
	}
}
