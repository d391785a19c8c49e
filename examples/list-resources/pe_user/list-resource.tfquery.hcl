list "pe_user" "all" {
  provider = pe
}
