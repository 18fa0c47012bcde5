import Wire

/// A message of two numbers, as the generator would write it.
struct Point: WireMessage {
    var x: UInt32
    var y: Int64

    init(x: UInt32, y: Int64) {
        self.x = x
        self.y = y
    }

    init(from r: inout WireReader) throws(WireError) {
        self.init(x: 0, y: 0)
        while let tag = try r.tag() {
            switch tag {
            case 0x08: try r.field(&x)
            case 0x10: try r.field(&y)
            default: throw .unknownField(tag)
            }
        }
    }

    func write(to w: inout WireWriter) {
        w.field(0x08, x)
        w.field(0x10, y)
    }
}

/// One field of each kind, with implicit presence and repeated.
struct Everything: WireMessage {
    var text = ""
    var flag = false
    var number: UInt64 = 0
    var fixed: UInt64 = 0
    var colours: [Colour] = []
    var texts: [String] = []
    var digests: [Digest] = []
    var points: [Point] = []
    /// Field 200: its tag has two bytes.
    var far: [Point] = []

    init() {}

    init(from r: inout WireReader) throws(WireError) {
        while let tag = try r.tag() {
            switch tag {
            case 0x0a: try r.field(&text)
            case 0x10: try r.field(&flag)
            case 0x18: try r.field(&number)
            case 0x21: try r.fixed(&fixed)
            case 0x2a: try r.packed(into: &colours)
            case 0x32: try r.repeated(0x32, into: &texts)
            case 0x3a: try r.repeated(0x3a, into: &digests)
            case 0x42: try r.repeated(0x42, into: &points)
            case 0x642: try r.repeated(0x642, into: &far)
            default: throw .unknownField(tag)
            }
        }
    }

    func write(to w: inout WireWriter) {
        w.field(0x0a, text)
        w.field(0x10, flag)
        w.field(0x18, number)
        w.fixed(0x21, fixed)
        w.packed(0x2a, colours)
        w.repeated(0x32, texts)
        w.repeated(0x3a, digests)
        w.repeated(0x42, points)
        w.repeated(0x642, far)
    }
}

enum Colour: UInt32, WireEnum, CaseIterable {
    case red = 1
    case green = 2
    case blue = 300
}
