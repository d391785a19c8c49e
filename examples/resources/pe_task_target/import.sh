terraform import pe_task_target.web_restarts 7
