import Crypto
import Wire

/// Content sealed with AES-256-GCM (NIST SP 800-38D) under the keys of all whom it is about.
///
/// Sealing is deterministic: the nonce is an HMAC of what is sealed (as in RFC 5297), so equal content under equal keys
/// is an equal envelope, and unequal content never meets the same nonce but by a collision of 96 bits.
public struct SealedEnvelope: Sendable, Equatable {
    /// What is sealed. It is authenticated, so a sealed address cannot be passed off as a text.
    public enum Purpose: UInt8, Sendable {
        case content = 1
        /// A recipient's address.
        case address = 2
    }

    /// The most people that one envelope is about, and so the most that can have keys.
    public static let subjectsMax = 65_535

    /// No text in UTF-8 begins so.
    static let magic: [UInt8] = [0xdb, 0x53, 0x45, 0x4c]
    static let version: UInt8 = 1
    static let nonceSize = 12
    static let tagSize = 16

    /// The whole, as it is kept.
    public let bytes: [UInt8]
    public let purpose: Purpose
    /// Whose keys are needed, all of them; ascending.
    public let subjects: [SubjectID]
    private let headerSize: Int

    /// Reads an envelope; nil for anything else, such as content in the clear.
    public init?(_ bytes: [UInt8]) {
        let fixed = Self.magic.count + 4
        guard bytes.count >= fixed, bytes.starts(with: Self.magic), bytes[4] == Self.version,
            let purpose = Purpose(rawValue: bytes[5])
        else { return nil }
        let count = Int(bytes[6]) << 8 | Int(bytes[7])
        let end = fixed + count * SubjectID.size
        guard 1...Self.subjectsMax ~= count, bytes.count >= end else { return nil }
        let subjects = stride(from: fixed, to: end, by: SubjectID.size).compactMap {
            SubjectID(bytes[$0..<$0 + SubjectID.size])
        }
        guard zip(subjects, subjects.dropFirst()).allSatisfy({ $0 < $1 }),
            bytes.count == end || bytes.count >= end + Self.nonceSize + Self.tagSize
        else { return nil }
        self.bytes = bytes
        self.purpose = purpose
        self.subjects = subjects
        headerSize = end
    }

    /// Seals content.
    ///
    /// - Parameter keys: of everybody it is about, each once, at least one and at most `subjectsMax`.
    public init(sealing clear: [UInt8], as purpose: Purpose = .content, with keys: [SubjectKey]) {
        let keys = keys.sorted { $0.id < $1.id }
        let header = Self.header(purpose, keys.map(\.id))
        let derived = Derived(keys)
        let nonce = Array(
            HMAC<SHA256>.authenticationCode(for: header + clear, using: derived.nonce).prefix(Self.nonceSize))
        guard
            let box = try? AES.GCM.seal(
                clear, using: derived.content, nonce: AES.GCM.Nonce(data: nonce), authenticating: header)
        else { preconditionFailure("AES-GCM seals whatever is smaller than 64 GiB") }
        bytes = header + nonce + box.ciphertext + box.tag
        self.purpose = purpose
        subjects = keys.map(\.id)
        headerSize = header.count
    }

    /// What is left of content whose key was destroyed before it was sealed: whom it was about.
    static func erased(about subjects: Set<SubjectID>, as purpose: Purpose) -> SealedEnvelope {
        let subjects = Array(subjects.sorted().prefix(subjectsMax))
        return SealedEnvelope(empty: header(purpose, subjects), purpose, subjects)
    }

    private init(empty header: [UInt8], _ purpose: Purpose, _ subjects: [SubjectID]) {
        bytes = header
        self.purpose = purpose
        self.subjects = subjects
        headerSize = header.count
    }

    /// What was sealed; nil if a key is missing, or if any byte is not as it was.
    public func open(with keys: [SubjectKey]) -> [UInt8]? {
        let keys = keys.sorted { $0.id < $1.id }
        guard keys.map(\.id) == subjects, bytes.count > headerSize else { return nil }
        let body = bytes[headerSize...]
        guard let box = try? AES.GCM.SealedBox(combined: body),
            let clear = try? AES.GCM.open(box, using: Derived(keys).content, authenticating: bytes[..<headerSize])
        else { return nil }
        return Array(clear)
    }

    private static func header(_ purpose: Purpose, _ subjects: [SubjectID]) -> [UInt8] {
        precondition(1...subjectsMax ~= subjects.count, "an envelope is about 1 to \(subjectsMax) people")
        return magic + [version, purpose.rawValue, UInt8(subjects.count >> 8), UInt8(subjects.count & 0xff)]
            + subjects.flatMap(\.bytes)
    }
}

/// The two keys of an envelope, from the keys of its people (HKDF, RFC 5869).
private struct Derived {
    let content: SymmetricKey
    let nonce: SymmetricKey

    init(_ keys: [SubjectKey]) {
        let all = SymmetricKey(data: keys.flatMap(\.secretBytes))
        func derive(_ purpose: String) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(inputKeyMaterial: all, info: Array(purpose.utf8), outputByteCount: 32)
        }
        content = derive("daybook subject content 1")
        nonce = derive("daybook subject nonce 1")
    }
}
