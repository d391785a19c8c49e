import {
  to = pe_scheduled_plan.facts
  id = "7"
}
