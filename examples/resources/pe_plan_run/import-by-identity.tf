import {
  to = pe_plan_run.facts
  identity = {
    id = "1234"
  }
}
