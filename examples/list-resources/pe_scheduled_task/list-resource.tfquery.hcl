list "pe_scheduled_task" "all" {
  provider = pe
}
