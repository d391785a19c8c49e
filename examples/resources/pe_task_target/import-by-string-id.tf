import {
  to = pe_task_target.web_restarts
  id = "7"
}
