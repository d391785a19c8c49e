terraform import pe_scheduled_task.restart 7
