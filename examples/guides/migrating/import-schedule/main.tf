terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

import {
  to = pe_scheduled_task.restart
  id = "1"
}

resource "pe_scheduled_task" "restart" {
  task           = "service"
  params         = { action = "restart", name = "httpd" }
  scope          = { query = "inventory[certname] { facts.role = \"web\" }" }
  scheduled_time = "2040-01-07T02:00:00+01:00"
  interval       = "168h"
  description    = "Weekly restart"
}
