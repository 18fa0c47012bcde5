/// What is made in one run: the words of `--daybook_opt`, with commas between them.
struct GeneratorOrder {
    /// `tests`: not the types, but random values of them and the link to swift-protobuf's.
    private(set) var isForTests = false
    /// `mutable`: fields are `var`. For rows that a fold changes; events never.
    private(set) var isMutable = false
    /// `import=ROOM`: the room that has the types of imported files.
    private(set) var imports: [String] = []
    /// `numbers=FILE`: the record of every number ever given, which is checked and written anew.
    private(set) var record: String?

    init(_ parameter: String) throws {
        for word in parameter.split(separator: ",") {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            switch (parts[0], parts.count) {
            case ("tests", 1): isForTests = true
            case ("mutable", 1): isMutable = true
            case ("import", 2): imports.append(parts[1])
            case ("numbers", 2): record = parts[1]
            default: throw UsageError(description: "unknown option \"\(word)\": tests, mutable, import=, numbers=")
            }
        }
    }
}

/// The plugin was called with something it does not understand.
struct UsageError: Error, CustomStringConvertible {
    let description: String
}
