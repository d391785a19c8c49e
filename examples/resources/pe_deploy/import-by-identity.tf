import {
  to = pe_deploy.web
  identity = {
    id = "81"
  }
}
