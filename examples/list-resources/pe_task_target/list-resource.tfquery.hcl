list "pe_task_target" "all" {
  provider = pe
  limit    = 500
}
