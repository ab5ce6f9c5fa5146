<?php
class Store
{
    public function all(): void
    {
        try {
            $this->first();
        } catch (PDOException $e) {
            throw new StoreFailed('first'); // expect: error/lost-cause (info)
        }
        try {
            $this->second();
        } catch (PDOException $e) {
            throw new StoreFailed($e->getMessage());
        }
        try {
            $this->third();
        } catch (PDOException $e) {
            $this->logger->error('third', ['exception' => $e]);
            throw new StoreFailed('third');
        }
        try {
            $this->fourth();
        } catch (EntityMissing $e) {
            throw new NotFoundHttpException();
        }
        try {
            $this->fifth();
        } catch (EntityMissing) {
            throw new StoreFailed('fifth');
        }
    }
}
