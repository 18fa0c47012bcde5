public import Sealing
import Wire

extension KeyStore {
    /// Whom content from outside names: those of the known people whose e-mail address stands in it.
    ///
    /// Names that are no addresses are not looked for: too many texts say "Ann".
    public func named(in clear: [UInt8]) -> Set<SubjectID> {
        guard clear.contains(UInt8(ascii: "@")), let people = try? knownPeople(), !people.isEmpty else { return [] }
        return Self.addresses(in: clear).reduce(into: []) { $0.formUnion(people[$1] ?? []) }
    }

    /// Everything around an `@` that can stand in an address (RFC 5321, 4.1.2, without quotes), in normal form.
    static func addresses(in clear: [UInt8]) -> Set<String> {
        var found: Set<String> = []
        for at in clear.indices where clear[at] == UInt8(ascii: "@") {
            let local = clear[..<at].reversed().prefix { isAtom($0) }.reversed()
            let domain = clear[(at + 1)...].prefix { isLabel($0) }
            guard !local.isEmpty, !domain.isEmpty else { continue }
            // A full stop may end the sentence, and a dash or a dot may stand before the address.
            let locals = Array(local).trimming(UInt8(ascii: "."))
            let domains = Array(domain).trimming(UInt8(ascii: "."))
            found.insert(normal(String(decoding: locals + [clear[at]] + domains, as: UTF8.self)))
        }
        return found
    }

    private static func isAtom(_ byte: UInt8) -> Bool {
        isLabel(byte) || "!#$%&'*+/=?^_`{|}~".utf8.contains(byte) || byte >= 0x80
    }

    private static func isLabel(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

extension [UInt8] {
    fileprivate func trimming(_ byte: UInt8) -> [UInt8] {
        Array(drop { $0 == byte }.reversed().drop { $0 == byte }.reversed())
    }
}
