# A token for the user whose token the provider has, for this run only.
ephemeral "pe_token" "run" {
  lifetime = "30m"
}
