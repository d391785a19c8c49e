terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
    # Terraform needs it as long as the state mentions it.
    restapi = {
      source = "Mastercard/restapi"
    }
  }
}

moved {
  from = restapi_object.restart
  to   = pe_scheduled_task.restart
}

resource "pe_scheduled_task" "restart" {
  task           = "service"
  params         = { action = "restart", name = "httpd" }
  scope          = { query = "inventory[certname] { facts.role = \"web\" }" }
  scheduled_time = "2040-01-07T02:00:00+01:00"
  interval       = "168h"
  description    = "Weekly restart"
}
