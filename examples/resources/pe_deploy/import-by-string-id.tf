import {
  to = pe_deploy.web
  id = "81"
}
