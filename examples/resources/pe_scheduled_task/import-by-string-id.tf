import {
  to = pe_scheduled_task.restart
  id = "7"
}
