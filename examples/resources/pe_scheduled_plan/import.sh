terraform import pe_scheduled_plan.facts 7
