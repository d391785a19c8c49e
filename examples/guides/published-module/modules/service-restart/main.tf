resource "pe_task" "this" {
  task             = "service"
  params           = { action = "restart", name = var.service }
  scope            = var.scope
  triggers         = var.triggers
  max_failed_nodes = var.max_failed_nodes
}
