list "pe_scheduled_plan" "all" {
  provider = pe
}
