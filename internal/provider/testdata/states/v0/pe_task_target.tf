resource "pe_task_target" "minimal" {
  display_name = "restarts"
  tasks        = ["service", "package"]
}

resource "pe_task_target" "full" {
  display_name = "anything"
  all_tasks    = true
  nodes        = ["node2.example.com", "node1.example.com"]
  node_groups  = ["7d3a1c9e-52b4-4f0e-9a63-1f2e3d4c5b6a"]
  pql_query    = "nodes[certname] { certname ~ \"web\" }"
}
