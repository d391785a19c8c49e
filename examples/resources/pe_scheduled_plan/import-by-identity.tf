import {
  to = pe_scheduled_plan.facts
  identity = {
    id = "7"
  }
}
