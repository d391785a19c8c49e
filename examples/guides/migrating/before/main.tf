resource "terraform_data" "restart" {
  triggers_replace = ["2026.11"]

  provisioner "local-exec" {
    command = <<-EOT
      curl --fail --silent --show-error --cacert "$PE_CA_CERT_FILE" \
        -H "X-Authentication: $(cat "$PE_TOKEN_FILE")" -H "Content-Type: application/json" \
        -d '{"environment":"production","task":"service","params":{"action":"restart","name":"httpd"},"scope":{"query":"inventory[certname] { facts.role = \"web\" }"}}' \
        "$PE_SERVER_URL/orchestrator/v1/command/task"
    EOT
  }
}
