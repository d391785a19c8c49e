import {
  to = pe_scheduled_deploy.audit
  identity = {
    id = "7"
  }
}
