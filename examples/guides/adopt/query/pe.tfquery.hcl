list "pe_task_target" "target" {
  provider = pe
  limit    = 1000
}

list "pe_role" "role" {
  provider = pe
  limit    = 1000
}

list "pe_scheduled_task" "task" {
  provider = pe
  limit    = 1000
}

list "pe_scheduled_deploy" "deploy" {
  provider = pe
  limit    = 1000
}

list "pe_scheduled_plan" "plan" {
  provider = pe
  limit    = 1000
}
