/// A person as files and options name one: an e-mail address, or a name.
public enum PersonName {
    /// The longest, in bytes of UTF-8.
    public static let bytesMax = 512

    /// The first word of a person's name, or of the local part of an address, that stands in the name of an entry.
    ///
    /// Names of entries stay in the ledger for ever, in the clear.
    public static func word(of person: String, in entry: String) -> String? {
        func words(_ text: some StringProtocol) -> [String] {
            text.lowercased().split { !$0.isLetter }.map(String.init).filter { $0.count >= wordMin }
        }
        let used = Set(words(entry))
        return words(person.prefix { $0 != "@" }).first { used.contains($0) }
    }

    /// Shorter words say nothing about anybody.
    private static let wordMin = 3
}
