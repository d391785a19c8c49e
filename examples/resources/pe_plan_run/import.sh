terraform import pe_plan_run.facts 1234
