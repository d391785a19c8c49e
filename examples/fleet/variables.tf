variable "commit" {
  description = "SHA of the commit that was pushed to the control repository, from CI. A new one starts everything anew."
  type        = string
  default     = "8a1c4e7f0b3d6f9a2c5e8b1d4f7a0c3e6b9d2f5a"
}

variable "environment" {
  description = "Environment to deploy."
  type        = string
  default     = "production"
}

variable "name" {
  description = "Name of the fleet, and of its node group."
  type        = string
  default     = "Shop"
}

variable "facts" {
  description = "Facts that the nodes of the fleet have, by name."
  type        = map(string)
  default     = { kernel = "Linux", role = "web" }
}

variable "class" {
  description = "Class of the control repository that makes a node one of the fleet."
  type        = string
  default     = "role::frontend"
}

variable "canary" {
  description = "Certnames of nodes of the fleet that go first."
  type        = set(string)
  default     = ["node1.example.com"]

  validation {
    condition     = length(var.canary) > 0
    error_message = "A rollout without a canary ring finds out on the whole fleet. Name one node at least."
  }
}

variable "max_nodes" {
  description = "How many nodes the fleet may have at most: with more, nothing runs on it."
  type        = number
  default     = 100
}

variable "concurrency" {
  description = "On how many nodes of the fleet Puppet, and the weekly patching, run at a time."
  type        = number
  default     = 10
}

variable "window" {
  description = "When the weekly patching begins: the first time after a time that may have passed."
  type        = object({ day = string, time = string, zone = string, after = string })
  default     = { day = "sunday", time = "02:00", zone = "Europe/Berlin", after = "2024-01-01T00:00:00Z" }
}

variable "operators" {
  description = "Logins of the people who may restart the fleet."
  type        = set(string)
  default     = ["dana"]
}
