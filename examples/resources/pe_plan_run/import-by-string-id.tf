import {
  to = pe_plan_run.facts
  id = "1234"
}
