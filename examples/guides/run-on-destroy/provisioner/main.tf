terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

variable "machines" {
  description = "Certnames of the machines that there should be."
  type        = set(string)
  default     = ["node3.example.com", "node4.example.com"]
}

# Stands for the machine itself: put the provisioner into the resource that is destroyed, or beside it as here.
resource "terraform_data" "machine" {
  for_each = var.machines
  input    = { certname = each.key, primary_server = "node1.example.com" }

  provisioner "local-exec" {
    when    = destroy
    command = <<-EOT
      curl --fail --silent --show-error --cacert "$PE_CA_CERT_FILE" \
        -H "X-Authentication: $(cat "$PE_TOKEN_FILE")" -H "Content-Type: application/json" \
        -d "{\"environment\":\"production\",\"task\":\"exec\",\"params\":{\"command\":\"puppet node purge $CERTNAME\"},\"scope\":{\"nodes\":[\"$PRIMARY_SERVER\"]}}" \
        "$PE_SERVER_URL/orchestrator/v1/command/task"
    EOT
    environment = {
      CERTNAME       = self.input.certname
      PRIMARY_SERVER = self.input.primary_server
    }
  }
}
