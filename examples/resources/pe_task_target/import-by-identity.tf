import {
  to = pe_task_target.web_restarts
  identity = {
    id = "7"
  }
}
