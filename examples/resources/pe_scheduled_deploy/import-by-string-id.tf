import {
  to = pe_scheduled_deploy.audit
  id = "7"
}
