import Testing

@testable import Transfer

@Suite struct `Addresses that may be asked` {
    @Test(
        arguments: [
            [0, 0, 0, 0], [10, 1, 2, 3], [100, 64, 0, 1], [100, 127, 255, 255], [127, 0, 0, 1], [169, 254, 169, 254],
            [172, 16, 0, 1], [172, 31, 255, 255], [192, 0, 2, 1], [192, 168, 1, 1], [198, 18, 0, 1], [198, 51, 100, 7],
            [203, 0, 113, 7], [224, 0, 0, 1], [255, 255, 255, 255],
        ] as [[UInt8]])
    func `a special IPv4 address is not public`(bytes: [UInt8]) {
        #expect(!NetworkAddress(bytes: bytes).isPublic)
    }

    @Test(
        arguments: [[8, 8, 8, 8], [100, 128, 0, 1], [172, 32, 0, 1], [192, 169, 0, 1], [9, 9, 9, 9]] as [[UInt8]])
    func `an ordinary IPv4 address is public`(bytes: [UInt8]) {
        #expect(NetworkAddress(bytes: bytes).isPublic)
    }

    @Test(arguments: [
        "00000000000000000000000000000001", "00000000000000000000ffff7f000001", "0000000000000000000000007f000001",
        "fe800000000000000000000000000001", "fd000000000000000000000000000001", "ff020000000000000000000000000001",
        "20010db8000000000000000000000001", "20027f00000100000000000000000001", "0064ff9b00000000000000007f000001",
        "20010000000000000000000000000001",
    ])
    func `a special IPv6 address is not public`(hex: String) {
        #expect(!NetworkAddress(bytes: bytes(hex)).isPublic)
    }

    @Test func `an ordinary IPv6 address is public`() {
        #expect(NetworkAddress(bytes: bytes("26064700000000000000000000001111")).isPublic)
    }

    private func bytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.count, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) }
    }
}

@Suite struct `How long a server asks to be left alone` {
    @Test(
        arguments: [
            ("250", nil, nil, 250), (nil, "2", nil, 2_000), (nil, "0.5", nil, 500), ("100", "7", nil, 100),
            (nil, "1000000000", nil, HTTPResponse.retryAfterMsMax), (nil, "-5", nil, 0),
            (nil, "Mon, 02 Nov 2026 09:13:51 GMT", "Mon, 02 Nov 2026 09:13:41 GMT", 10_000),
            (nil, "Mon, 02 Nov 2026 09:13:51 GMT", nil, nil), (nil, "soon", nil, nil), (nil, "nan", nil, nil),
            (nil, nil, nil, nil),
        ] as [(String?, String?, String?, UInt64?)])
    func `it is read from each of its headers and capped`(
        milliseconds: String?, value: String?, date: String?, expected: UInt64?
    ) {
        #expect(HTTPRequest.retryAfterMs(milliseconds: milliseconds, value: value, date: date) == expected)
    }
}
