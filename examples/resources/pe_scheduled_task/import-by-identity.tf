import {
  to = pe_scheduled_task.restart
  identity = {
    id = "7"
  }
}
