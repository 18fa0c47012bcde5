import CCurl
import Glibc

/// An address as the resolver gave it, immediately before it is connected to.
///
/// A name is resolved once, and what is checked is what is connected to, so a name cannot change its mind between.
struct NetworkAddress {
    /// 4 or 16 bytes in network order; empty for another family.
    let bytes: [UInt8]

    /// libcurl declares the place of the address too short for IPv6 and lets it run on behind.
    init(_ address: UnsafePointer<curl_sockaddr>) {
        let raw = UnsafeRawPointer(address)
        let start = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? MemoryLayout<curl_sockaddr>.size
        bytes =
            switch address.pointee.family {
            case AF_INET:
                withUnsafeBytes(of: raw.loadUnaligned(fromByteOffset: start, as: sockaddr_in.self).sin_addr) {
                    Array($0)
                }
            case AF_INET6:
                withUnsafeBytes(of: raw.loadUnaligned(fromByteOffset: start, as: sockaddr_in6.self).sin6_addr) {
                    Array($0)
                }
            default: []
            }
    }

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Whether this is an address of the public internet: none of the special ones of RFC 6890 and its registries.
    ///
    /// Of IPv6 only 2000::/3 counts, without documentation, Teredo and 6to4, which carry an IPv4 address inside.
    var isPublic: Bool {
        switch bytes.count {
        case 4: !Self.specialIPv4.contains { $0.contains(bytes) }
        case 16: bytes[0] & 0xe0 == 0x20 && !Self.specialIPv6.contains { $0.contains(bytes) }
        default: false
        }
    }

    private struct Range {
        let prefix: [UInt8]
        let bits: Int

        func contains(_ bytes: [UInt8]) -> Bool {
            for bit in 0..<bits {
                let mask = UInt8(0x80) >> (bit % 8)
                if bytes[bit / 8] & mask != prefix[bit / 8] & mask { return false }
            }
            return true
        }
    }

    private static let specialIPv4: [Range] = [
        Range(prefix: [0], bits: 8), Range(prefix: [10], bits: 8), Range(prefix: [100, 64], bits: 10),
        Range(prefix: [127], bits: 8), Range(prefix: [169, 254], bits: 16), Range(prefix: [172, 16], bits: 12),
        Range(prefix: [192, 0, 0], bits: 24), Range(prefix: [192, 0, 2], bits: 24),
        Range(prefix: [192, 88, 99], bits: 24), Range(prefix: [192, 168], bits: 16),
        Range(prefix: [198, 18], bits: 15), Range(prefix: [198, 51, 100], bits: 24),
        Range(prefix: [203, 0, 113], bits: 24), Range(prefix: [224], bits: 3),
    ]
    private static let specialIPv6: [Range] = [
        Range(prefix: [0x20, 0x01, 0x00], bits: 23), Range(prefix: [0x20, 0x01, 0x0d, 0xb8], bits: 32),
        Range(prefix: [0x20, 0x02], bits: 16), Range(prefix: [0x3f, 0xff, 0x00], bits: 20),
    ]
}
