list "pe_directory_group" "all" {
  provider = pe
}
