variable "policy_file" {
  description = "The policy, relative to this folder."
  type        = string
  default     = "policy.yaml"
}
