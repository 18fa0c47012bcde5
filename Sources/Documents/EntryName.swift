import Wire

/// Names that entries can have: 1 to 64 of `a-z 0-9 . _ -`, with a letter or digit in front.
public enum EntryName {
    public static let bytesMax = 64
    /// Digits of a hash that tell names of one beginning apart.
    static let hashDigits = 6

    public static func isValid(_ name: some StringProtocol) -> Bool {
        guard let first = name.utf8.first, isAlphanumeric(first), name.utf8.count <= bytesMax else { return false }
        return name.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2d || $0 == 0x2e || $0 == 0x5f }
    }

    /// The name that a text suggests: `Olive Oil` makes `olive-oil`. Empty if it has nothing that a name can hold.
    ///
    /// Accents of Latin letters go; whatever else no name can hold becomes one `-`.
    public static func suggestion(for text: some StringProtocol, bytesMax: Int = Self.bytesMax) -> String {
        var name: [UInt8] = []
        func add(_ byte: UInt8) {
            let isMark = !isAlphanumeric(byte)
            guard !isMark || !name.isEmpty else { return }
            if byte == 0x2d, let last = name.last, !isAlphanumeric(last) { return }
            name.append(byte)
        }
        for scalar in text.unicodeScalars {
            guard name.count < bytesMax else { break }
            switch scalar {
            case "a"..."z", "0"..."9", ".", "_": add(UInt8(ascii: scalar))
            case "A"..."Z": add(UInt8(ascii: scalar) + 0x20)
            default:
                guard let letters = plainLetters[scalar] else {
                    add(0x2d)
                    continue
                }
                letters.utf8.forEach(add)
            }
        }
        name = Array(name.prefix(bytesMax))
        while let last = name.last, !isAlphanumeric(last) { name.removeLast() }
        return String(decoding: name, as: UTF8.self)
    }

    /// The name of a file's entry: its own name without the ending.
    public static func suggestion(forFile path: some StringProtocol) -> String {
        telling(stem(of: String(path)))
    }

    /// The name that a text suggests, with six digits of its hash where letters of it had to go: `営業` and `Кафе 24`
    /// make names of their own, though no name can hold them.
    public static func telling(_ text: some StringProtocol) -> String {
        let isWhole = text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII || plainLetters[scalar] != nil
                || !(scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        }
        return isWhole ? fitted(String(text), key: String(text)) : suggestion(for: String(text), key: String(text))
    }

    /// The name for a page of a website, which its whole path makes: `guide/index.html` suggests `guide`.
    public static func suggestion(forPage path: String) -> String {
        var parts = path.split(separator: "/").dropLast().map(String.init)
        let stem = stem(of: path)
        if stem.lowercased() != "index" || parts.isEmpty { parts.append(stem) }
        return fitted(parts.joined(separator: "-"), key: path)
    }

    /// A name out of a whole path, for a file whose own name another has already.
    public static func suggestion(forPath path: String) -> String {
        let folders = path.split(separator: "/").dropLast().map(String.init)
        return telling((folders + [stem(of: path)]).joined(separator: "-"))
    }

    /// Of a title that others may have as well, and of what no other has.
    public static func suggestion(for title: String, key: String) -> String {
        let head = suggestion(for: title, bytesMax: bytesMax - hashDigits - 1)
        return head.isEmpty ? hash(of: key) : "\(head)-\(hash(of: key))"
    }

    private static func fitted(_ text: String, key: String) -> String {
        let name = suggestion(for: text, bytesMax: .max)
        return name.isEmpty || name.utf8.count > bytesMax ? suggestion(for: text, key: key) : name
    }

    static func hash(of key: String, digits: Int = hashDigits) -> String {
        String(Digest.of(Array(key.utf8)).description.prefix(digits))
    }

    /// `olive-oil` of `notes/olive-oil.md`.
    public static func stem(of path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
        return String(name[..<dot])
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }

    /// Latin letters with accents, and ligatures.
    private static let plainLetters: [Unicode.Scalar: String] = {
        let groups: KeyValuePairs<String, String> = [
            "a": "àáâãåāăą", "ae": "äæ", "c": "çćĉċč", "d": "ďđð", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥħ",
            "i": "ìíîïĩīĭįı", "j": "ĵ", "k": "ķ", "l": "ĺļľŀł", "n": "ñńņňŉ", "o": "òóôõøōŏő", "oe": "öœ",
            "r": "ŕŗř", "s": "śŝşšș", "ss": "ß", "t": "ţťŧț", "th": "þ", "u": "ùúûũūŭůűų", "ue": "ü", "w": "ŵ",
            "y": "ýÿŷ", "z": "źżž",
        ]
        var letters: [Unicode.Scalar: String] = [:]
        for (plain, accented) in groups {
            for scalar in accented.unicodeScalars {
                letters[scalar] = plain
                if let upper = scalar.properties.uppercaseMapping.unicodeScalars.first,
                    scalar.properties.uppercaseMapping.unicodeScalars.count == 1, letters[upper] == nil
                {
                    letters[upper] = plain
                }
            }
        }
        return letters
    }()
}
