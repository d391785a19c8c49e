variable "service" {
  description = "Name of the service."
  type        = string
  nullable    = false
}

variable "scope" {
  description = "Where to restart it: exactly one of `nodes` (certnames), `query` (PQL) and `node_group` (id)."
  type = object({
    nodes      = optional(set(string))
    query      = optional(string)
    node_group = optional(string)
  })
  nullable = false

  validation {
    condition     = length([for value in values(var.scope) : value if value != null]) == 1
    error_message = "Set exactly one of nodes, query and node_group."
  }

  validation {
    condition     = var.scope.nodes == null ? true : length(var.scope.nodes) > 0
    error_message = "A list of nodes names at least one."
  }
}

variable "triggers" {
  description = "Restart again when any of these values changes."
  type        = map(string)
  default     = {}
}

variable "max_failed_nodes" {
  description = "How many nodes may fail."
  type        = number
  default     = 0
}
