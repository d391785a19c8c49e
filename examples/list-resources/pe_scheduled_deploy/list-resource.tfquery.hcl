list "pe_scheduled_deploy" "all" {
  provider = pe
}
