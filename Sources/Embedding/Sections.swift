import CKernels

/// Reads the sections of a pack one behind the other; each begins at a multiple of 64 bytes.
struct Sections {
    private let bytes: UnsafeRawBufferPointer
    private var offset: Int

    init(_ bytes: UnsafeRawBufferPointer, from offset: Int) {
        self.bytes = bytes
        self.offset = offset
    }

    /// Goes on with the next section.
    mutating func align() {
        offset = (offset + 63) / 64 * 64
    }

    /// So many numbers of a kind, which follow at once.
    mutating func take<Number: BitwiseCopyable>(
        _ count: Int, of type: Number.Type
    ) throws(ModelPackError) -> UnsafePointer<Number> {
        let length = count * MemoryLayout<Number>.stride
        guard let start = bytes.baseAddress, offset <= bytes.count, length <= bytes.count - offset else {
            throw .damaged("it ends too early")
        }
        guard (UInt(bitPattern: start) + UInt(offset)).isMultiple(of: UInt(MemoryLayout<Number>.alignment)) else {
            throw .damaged("a section begins where none can")
        }
        defer { offset += length }
        return (start + offset).assumingMemoryBound(to: type)
    }

    mutating func floats(_ count: Int) throws(ModelPackError) -> UnsafePointer<Float> {
        align()
        return try take(count, of: Float.self)
    }

    mutating func norm(_ count: Int) throws(ModelPackError) -> ModelPack.Norm {
        ModelPack.Norm(gain: try floats(count), bias: try floats(count))
    }

    mutating func table(rows: Int, count: Int) throws(ModelPackError) -> ModelPack.Table {
        let scales = try floats(rows)
        align()
        return ModelPack.Table(scales: scales, codes: try take(rows * count, of: Int8.self))
    }

    mutating func matrix(outputs: Int, inputs: Int) throws(ModelPackError) -> ck_matrix {
        let scales = try floats(outputs * (inputs / Int(CK_CHUNK)))
        align()
        let codes = try take(outputs * inputs, of: Int8.self)
        return ck_matrix(codes: codes, scales: scales, bias: try floats(outputs), outputs: outputs, inputs: inputs)
    }
}
