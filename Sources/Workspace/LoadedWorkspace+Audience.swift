extension LoadedWorkspace {
    /// Who is written to: the addresses of `list:weekly`, in the order of lists/weekly.csv, or one address.
    ///
    /// - Throws: `WorkspaceProblems` for an unknown or empty list, or for what is no address.
    public func audience(_ text: String) throws(WorkspaceProblems) -> [String] {
        guard text.hasPrefix("list:") else {
            if let address = MailAddress.parse(text) { return [address] }
            throw WorkspaceProblems(
                path: MailingList.folder, message: "\"\(text.excerpt)\" is neither a list nor an e-mail address",
                hint: "write `list:weekly` for lists/weekly.csv")
        }
        let name = String(text.dropFirst(5))
        guard let list = lists.first(where: { $0.name == name }) else {
            throw WorkspaceProblems(
                path: MailingList.folder, message: "there is no list \"\(name.excerpt)\"",
                hint: NearestName.hint(for: name, among: lists.map(\.name)))
        }
        guard !list.addresses.isEmpty else {
            throw WorkspaceProblems(
                path: list.source.path, message: "nobody is on this list", hint: "add one address a line")
        }
        return list.addresses
    }
}
