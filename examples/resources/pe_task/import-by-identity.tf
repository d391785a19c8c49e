import {
  to = pe_task.openssl
  identity = {
    id = "82"
  }
}
