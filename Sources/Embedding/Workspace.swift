import CKernels

/// What lies between the layers, in one piece of memory.
struct Workspace: ~Copyable {
    /// A row of the model's width for each token.
    let states: UnsafeMutablePointer<Float>
    /// What is added to them next.
    let added: UnsafeMutablePointer<Float>
    /// A row for each token: queries, keys and values, or what is hidden between the matrices up and down.
    let wide: UnsafeMutablePointer<Float>
    /// A row for each token, as wide as any, in sixteen bits.
    let codes: UnsafeMutablePointer<Int16>
    /// One a token.
    let scales: UnsafeMutablePointer<Float>
    /// What attention needs.
    let attention: UnsafeMutablePointer<Float>
    private let memory: UnsafeMutableRawPointer

    /// - Parameters:
    ///   - tokens: of one pass.
    ///   - longest: tokens of one text.
    init(_ pack: borrowing ModelPack, tokens: Int, longest: Int) {
        let width = pack.identity.dimensions
        let wideWidth = max(3 * width, pack.hidden)
        var length = 0
        func place(_ count: Int, bytes: Int) -> Int {
            defer { length = (length + count * bytes + 63) / 64 * 64 }
            return length
        }
        let states = place(tokens * width, bytes: 4)
        let added = place(tokens * width, bytes: 4)
        let wide = place(tokens * wideWidth, bytes: 4)
        let codes = place(tokens * wideWidth, bytes: 2)
        let scales = place(tokens, bytes: 4)
        let attention = place(ck_attention_room(longest), bytes: 4)
        memory = .allocate(byteCount: max(length, 64), alignment: 64)
        self.states = (memory + states).assumingMemoryBound(to: Float.self)
        self.added = (memory + added).assumingMemoryBound(to: Float.self)
        self.wide = (memory + wide).assumingMemoryBound(to: Float.self)
        self.codes = (memory + codes).assumingMemoryBound(to: Int16.self)
        self.scales = (memory + scales).assumingMemoryBound(to: Float.self)
        self.attention = (memory + attention).assumingMemoryBound(to: Float.self)
    }

    deinit { memory.deallocate() }
}
