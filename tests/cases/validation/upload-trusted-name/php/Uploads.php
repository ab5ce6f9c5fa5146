<?php
class Uploads
{
    public function byName(): void
    {
        $name = $_FILES['paper']['name'];
        $target = $this->folder . '/' . time() . '-' . $name;
        if ($_FILES['paper']['type'] === 'application/pdf') {
            move_uploaded_file($_FILES['paper']['tmp_name'], $target); // expect: validation/upload-trusted-name, injection/path-traversal
        }
    }

    public function byExtension($request): void
    {
        $file = $request->file('paper');
        $file->storeAs('papers', uniqid() . '.' . $file->getClientOriginalExtension()); // expect: validation/upload-trusted-name
    }

    public function byHash(): void
    {
        move_uploaded_file($_FILES['paper']['tmp_name'], 'papers/' . md5($_FILES['paper']['name']) . '.pdf');
    }

    public function looked($request): void
    {
        $file = $request->file('paper');
        if ($file->getMimeType() !== 'application/pdf') {
            throw new Refused();
        }
        $file->storeAs('papers', $file->getClientOriginalName());
    }

    public function other($mailbox, $piece): void
    {
        $mailbox->move($piece, 'Archive');
        $piece->moveTo($this->board);
    }
}
