# Every task, on one node and on the nodes of a group.
resource "pe_task_target" "canary" {
  display_name = "Anything on the canaries"
  all_tasks    = true
  nodes        = ["node1.example.com"]
  node_groups  = ["7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a"]
}
