import {
  to = pe_task.openssl
  id = "82"
}
