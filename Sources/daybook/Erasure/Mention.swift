/// A person's name or address, looked for in bytes whatever their case.
struct Mention {
    private let words: [UInt8]

    init(of person: String) { words = Array(person.utf8) }

    func stands(in bytes: [UInt8]) -> Bool { place(in: bytes) != nil }

    /// Where it begins, at or behind a place.
    func place(in bytes: [UInt8], from start: Int = 0) -> Int? {
        guard let first = words.first, bytes.count >= words.count else { return nil }
        var index = start
        while index <= bytes.count - words.count {
            if bytes[index].lowered == first,
                words.indices.allSatisfy({ bytes[index + $0].lowered == words[$0] })
            {
                return index
            }
            index += 1
        }
        return nil
    }
}

extension UInt8 {
    fileprivate var lowered: UInt8 { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self + 32 : self }
}
